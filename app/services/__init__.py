"""What can be done with a record: one verb a file, the same for the window and the command line."""
