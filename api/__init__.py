"""The process: HTTP, the command line, the worker, settings, embedded servers, migrations."""
