# gi-docgen links only its own notation, which C's tools do not know.
s/#(GVirSandbox\w+)::([a-z]+)/[signal@\1::\2]/g
s/#(GVirSandbox\w+)/[type@\1]/g
s/\b(gvir_sandbox_\w+)\(\)/[id@\1]/g
