# A thin front door to cargo and meson. Everything it says goes to stderr: stdout belongs to what is run.
#
#   make build               installs what is missing and builds into build/
#   make run [CMD=...]       runs CMD in a virtual machine, without any daemon
#   make check               builds, and runs what takes some minutes: unit tests, the ABI, a sandbox on each driver
#   make test                builds and runs every test
#   make check-host [KIND=apparmor]
#                            runs the tests that need a host of another kind, in a machine that is one
#   make check-suite [SUITE=trixie] [TESTS=COMMAND]
#                            does that, or builds and runs COMMAND, in a system of another Debian, which debootstrap makes
#   make bench [BENCH=NAME]  measures starts and throughput against what the hypervisor itself needs
#   make fuzz [FUZZ_TIME=SECONDS] [FUZZ=TARGET]
#                            runs the fuzz targets, ten minutes each, and goes on where it was the last time
#   make check-memory        runs the tests of the C boundary under valgrind, which takes minutes
#   make check-faults        injects faults at every system call of a run that may matter, which takes hours
#   make soak [SECONDS=1200] [SEED=TEXT] [CASE=N]
#                            runs sandboxes with random options and faults, or again case N of a seed
#   make dist                makes the source archive of the last commit, with all crates, in dist/
#   make check-dist          makes it twice, compares the bytes, and builds from it without network, which takes ten minutes
#   make check-packages      builds Debian and RPM packages from it, and tries those in a new system, which takes half an hour
#   make check-crates        looks for crates that RustSec has advisories about, or with licences that deny.toml does not allow
#   make docs                makes the book, build/docs/libvirt-sandbox-book/index.html, and the API reference beside it
#   make lint                checks the format, the lints, the generated header, who uses whom, and the template of translations
#   make po                  brings the template and the catalogues of translations in line with the messages in the source
#   make install [DESTDIR=]  installs below the prefix that `meson setup` was given
#   make clean               removes build/

# Which benches and fuzz targets, all when it is empty.
BENCH :=
FUZZ :=
FUZZ_TIME := 600
BUILD := build
CMD := /bin/uname -a

# One of those in tests/host/machine.py.
KIND := apparmor

# Another Debian, and what is run there.
SUITE := trixie
TESTS := make test

SECONDS := 1200
SEED := $(shell date +%s)
CASE :=

# The recipe's shell takes CMD and TESTS apart, make must not.
export SANDBOX_COMMAND := $(value CMD)
export SUITE_COMMAND := $(value TESTS)

.PHONY: build run check test check-host check-suite bench fuzz check-memory check-faults soak dist check-dist check-packages check-crates docs lint po install clean deps

build: deps $(BUILD)/build.ninja
	@echo "building into $(BUILD)/" >&2
	@meson compile -C $(BUILD) >&2

deps:
	@scripts/install-deps >&2

$(BUILD)/build.ninja:
	@meson setup $(BUILD) >&2

run: build
	@eval "set -- $$SANDBOX_COMMAND"; \
	LIBVIRT_SANDBOX_LIBEXECDIR=$(CURDIR)/$(BUILD)/init $(BUILD)/cli/virt-sandbox -c qemu:///embed -- "$$@"; \
	status=$$?; \
	echo "exit status: $$status" >&2; \
	exit $$status

check: build
	@scripts/install-deps --test >&2
	@tests/run --quick

test: build
	@scripts/install-deps --test >&2
	@cargo fetch --quiet --locked >&2 && cargo fetch --quiet --locked --manifest-path=tests/fuzz/Cargo.toml >&2 || \
		echo "not every crate could be fetched: tests of the source archive are skipped" >&2
	@tests/run

check-host: build
	@scripts/install-deps --test >&2
	@tests/host/check-host --build=$(BUILD) $(KIND) >&2

check-suite:
	@scripts/install-deps --packaging >&2
	@eval "set -- $$SUITE_COMMAND"; tests/suite/check-suite $(SUITE) "$$@"

bench: build
	@scripts/install-deps --test >&2
	@bench/run $(BENCH)

docs: deps $(BUILD)/build.ninja
	@scripts/install-deps --docs >&2
	@meson configure $(BUILD) -Ddocs=true >&2
	@meson compile -C $(BUILD) >&2

fuzz: deps
	@scripts/install-deps --test >&2
	@tests/fuzz/run --keep --time $(FUZZ_TIME) $(FUZZ) >&2

check-memory: build
	@scripts/install-deps --test >&2
	@meson compile -C $(BUILD) tests/abi/capi tests/abi/config >&2
	@tests/memory/check-memory $(BUILD) all >&2

check-faults: build
	@scripts/install-deps --test >&2
	@/usr/bin/python3 -m pytest tests/e2e/faults --full-sweep --timeout=0 >&2

soak: build
	@scripts/install-deps --test >&2
	@/usr/bin/python3 -m pytest tests/e2e/soak -s --timeout=0 --soak=$(SECONDS) --seed=$(SEED) $(if $(CASE),--case=$(CASE)) >&2

dist:
	@scripts/make-dist dist

check-dist: deps
	@scripts/check-dist >&2

check-packages: deps
	@scripts/install-deps --packaging >&2
	@tests/packages/check-packages >&2

check-crates:
	@scripts/crate-licenses --check >&2
	@scripts/check-crates >&2

lint:
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cargo fmt --manifest-path tests/fuzz/Cargo.toml --check
	cargo metadata --quiet --locked --format-version 1 --manifest-path tests/fuzz/Cargo.toml > /dev/null
	cargo run --quiet --package xtask -- header --check
	cargo run --quiet --package xtask -- arrows
	po/update --check

po:
	@po/update

install: build
	@meson install -C $(BUILD) --no-rebuild >&2

clean:
	rm -rf $(BUILD)
