"""Every change is recorded by the database itself, whatever the path it came by.

`context` tells who acts, `columns` how a row is written down, `sqlite` and `postgres`
make the triggers, `triggers` installs and compares them, `seals` chains the events and
`checkpoint` signs the chain outside the database, `verify` proves the whole, `undo`
reads it backwards, `migrating` and `accepting` record what no trigger saw.
"""
