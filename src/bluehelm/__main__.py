"""What does `python -m bluehelm` run?"""

from bluehelm.cli import main

if __name__ == "__main__":
    main()
