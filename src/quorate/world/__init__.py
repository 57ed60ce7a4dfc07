"""The organisation as arrays: what `state` is for one unit, for all units of a tier at once, a day at a time.

Clauses move it by their simulate face (``clauses/<kind>/simulate.py``); nothing here knows a kind of clause.
"""
