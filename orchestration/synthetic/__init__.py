"""Invented children in the real layouts: the demonstration replay that `safeguarding sample` writes.

Belongs here: made-up journeys (population, need, care, contacts), what the case system knew about them and when
(hindsight), what a return would have said (returns), what the other agencies send (partners/), and the layouts of all
of it (layouts/). Does not belong here: reading returns, or any rule of an indicator. The sample demonstrates; it proves
no rule, and no test may take a figure from it as right.
"""
