"""The first migration, as it is shipped."""

from importlib import import_module

Migration = import_module("registry.migrations.0001_initial").Migration
