"""What is a mission asked to do, what does it have, what does it do, and what changes on the ground?"""

__version__ = "0.1.0"
