"""Sends every file of a folder to an Orthanc on this computer: `orthanc_import.py FOLDER PORT`; for bench_load.py."""

import http.client
import sys
from pathlib import Path


def main() -> None:
    line = http.client.HTTPConnection("127.0.0.1", int(sys.argv[2]))
    for path in sorted(path for path in Path(sys.argv[1]).rglob("*") if path.is_file()):
        line.request("POST", "/instances", path.read_bytes())
        answer = line.getresponse()
        answer.read()
        assert answer.status == 200, (path, answer.status)


if __name__ == "__main__":
    main()
