"""What the other agencies send: feeds about the children that the authority's own returns tell of, and about others.

Belongs here: one module per agency, which makes its records from the same journeys (scene), the days on which it sends
(schedule), and the list of all of them (feeds). Does not belong here: the journeys themselves (population), which are
the same whether a partner sends or not. Each feed draws its random numbers from a stream of its own, so that one more
feed leaves every other file as it was.
"""
