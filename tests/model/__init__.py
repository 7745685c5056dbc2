"""A small model of the adapter, written from docs/decisions.md and the contract, to hold the adapter against.

It is plain Python over lists and knows neither XML nor SQL nor the adapter: `calls` is what clients and operators
ask, `answers` what they are told, `world` who there is, and one module for each operation is what becomes of it.
It calls what it makes T1, T2... (tickets), I1... (incidents) and C1... (callbacks); that is what mRIDs are here.
"""
