"""`python -m ishigaki.demo.emulator PORT`."""

import sys

from ishigaki.demo.emulator.server import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
