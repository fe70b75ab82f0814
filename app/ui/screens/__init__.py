"""One module for each screen; a screen takes plain callables and values, and no service."""
