"""Backups of the service: its database, its keys and passwords, and how they are put back.

Promises:

- A backup holds every commit that was acknowledged before it began, and the keys that its secrets
  are encrypted with. It is made beside the running service, and holds up nobody.
- Every file of a backup has its length and its SHA-256 in the manifest, which is written last. A
  backup that is not whole has no manifest.
- Nothing is put back before every file has been compared with the manifest.
- Only its owner may read a backup: its folders have mode 0700, its files 0600.

Never:

- No file is overwritten, by a backup or by a restore.
- A backup changes nothing in the database. It does not migrate either.
- A backup of a newer release is never put back: this one could not know how to read it.

Start here:

- `make`: makes a backup.
- `restore`: puts one back into an empty data directory.
- `manifest`: what a backup says of itself, and the check of its files.
"""
