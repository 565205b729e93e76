#!/usr/bin/perl
# Runs a program in a sandbox: its input and output are those of this program, and so is its exit status.
#
#     perl examples/perl/run.pl ls -l /
#
# The sandbox is a machine of qemu:///session, or of the connection that SANDBOX_URI names.

use strict;
use warnings;

use Glib::Object::Introspection;
use POSIX qw(:sys_wait_h);

for my $namespace (qw(LibvirtGObject LibvirtSandbox)) {
    Glib::Object::Introspection->setup(basename => $namespace, version => '1.0', package => $namespace);
}

die "usage: $0 PROGRAM [ARGUMENT...]\n" unless @ARGV;
LibvirtSandbox::init_object_check(undef, undef);

my $config = LibvirtSandbox::ConfigInteractive->new("run-$$");
$config->set_command([@ARGV]);
$config->set_tty(-t STDIN && -t STDOUT);

my $connection = LibvirtGObject::Connection->new($ENV{SANDBOX_URI} // 'qemu:///session');
$connection->open(undef);

my $context = LibvirtSandbox::ContextInteractive->new($connection, $config);
$context->start();

my $status;
my $loop = Glib::MainLoop->new();
my $console = $context->get_app_console();
$console->signal_connect(exited => sub { $status = $_[1] });
$console->signal_connect(closed => sub { $loop->quit() });
$console->attach_stdio();
$loop->run();

$console->detach();
$context->stop();
die "the sandbox ended without an exit status\n" unless defined $status;
exit(WIFEXITED($status) ? WEXITSTATUS($status) : 128 + WTERMSIG($status));
