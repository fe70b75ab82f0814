"""The encrypted vault: bytes, keys and disks. It knows nothing of DICOM, people or screens."""
