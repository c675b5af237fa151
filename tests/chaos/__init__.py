"""Faults put in on purpose, into the real commands, and what was lost of it.

python -m tests.chaos           # make chaos: under 20 minutes on two cores
python -m tests.chaos --short   # about a minute, as CI runs it
"""
