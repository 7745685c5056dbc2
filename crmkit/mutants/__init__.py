"""The reference adapter with one wrong thing in it, so that the suite can be seen to say no.

Built through the adapter's composition root: wrong reports by another error configuration, wrong effects by
wrapped rules and a wrapped store. The adapter itself knows nothing of mutants.
"""
