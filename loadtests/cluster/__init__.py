"""Comity on a cluster of three servers with Citus: `make cluster CITUS_SOURCE=DIR`.

Citus is AGPL-3.0 and no dependency of Comity. A developer who has its sources can see here that the
books are sound on a cluster too. `tables` tells where each table is kept, `build` makes the
extension, `nodes` runs the servers, `distribute` spreads the tables.

**What was tried.** The steps were tried at revision 0d0504f, with Citus 15.0devel on PostgreSQL
18.6: written by hand, with a patch that has since been worked into the tree in another form. This
code and the tree as it is now have **not** been run against Citus. What is tested of it, by
`tests/loadtests/test_cluster.py`, is what needs no Citus.
"""
