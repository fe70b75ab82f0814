"""Reading discs: what lies on them, what each file is, and an account in which every file stands once."""
