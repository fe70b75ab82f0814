"""The command line: the same use cases as the window. Answers go to stdout, talk and progress to stderr."""
