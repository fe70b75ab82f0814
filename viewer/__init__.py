"""The viewing engine: bytes and arrays in, arrays and numbers out. No paths, no screens, no vault."""
