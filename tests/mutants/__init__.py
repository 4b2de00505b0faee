"""Mutants: every rule, kernel, optimizer and schedule is broken in turn, and the tests must notice.

    python -m tests.mutants              all of them; the last line is "caught N/N", and survivors are listed
    python -m tests.mutants tanh Conv2d  those whose subject has one of these words in it

    source.py      what Python's text says: the definition of a function, and the same with one thing wrong in it
    operations.py  the rules of operations: wrong numbers, wrong values, wrong shapes, wrong orders
    functions.py   the functions of which layers, losses, optimizers and schedules are made
    optimizers.py  the rules of optimizers: wrong memories and counts
    checks.py      the checks: what the test suite runs for each row of its tables
    collected.py   the tests of a file as checks
    reach.py       which functions each check calls
    hunt.py        one mutant against the checks that reach it
    children.py    processes that work on them, one for some mutants of one subject

Convention: a mutant is planted and removed again; it is caught if a check fails. After those of a process, what caught
them must pass again; else each is hunted anew in a process of its own. What a mutant that
nobody catches changed at all, and whether any of it leaves the library, is computed: ``hunt.py`` says how.
"""
