"""CaseFy's floor: settings, processes, the command line and the tiny shared kernel."""
