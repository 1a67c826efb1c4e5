"""Tables in an object store, where there are no links and no rename: Delta Lake tables, mirrored here."""
