"""What the description says of each operation on partners' files and their mappings."""

from api.http.described_row import described as _row

PARTNER_FILES = {
    "add_partner_file": _row(
        "add_partner_file",
        "Send a supplier's file of uses",
        "party-not-found role-missing too-many-uploads",
    ),
    "partner_files": _row("list_partner_files", "List the files of a supplier"),
    "partner_file": _row("get_partner_file", "Get a supplier's file", "partner-file-not-found"),
    "partner_file_content": _row(
        "download_partner_file", "Download a supplier's file", "partner-file-not-found"
    ),
    "preview_partner_file": _row(
        "read_partner_file_preview",
        "See what a supplier's file would be read as",
        "partner-file-not-found mapping-not-found mapping-invalid partner-file-invalid"
        " partner-file-too-large too-many-uploads",
    ),
    "put_file_mapping": _row(
        "set_file_mapping",
        "Save how a supplier's files are read",
        "party-not-found mapping-invalid",
    ),
    "file_mapping": _row(
        "get_file_mapping",
        "Get how a supplier's files are read",
        "party-not-found mapping-not-found",
    ),
    "file_mappings": _row(
        "list_file_mappings", "List how a supplier's files are read", "party-not-found"
    ),
}
"""The rows, by the name of the handler."""
