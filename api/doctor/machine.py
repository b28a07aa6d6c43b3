"""The machine: room on the disk, and how many files a process may open."""

import resource
import shutil

from api.doctor.finding import Finding, sound, trouble, warning
from api.serve import files_needed, files_wanted
from api.settings import Settings

FREE_GIGABYTES_MIN = 5.0
"""With less room, the disk is to be looked after. The log of our own PostgreSQL may take 2."""
FREE_BYTES_MIN = 256 * 1024 * 1024
"""With less room, the database may stop at any moment."""
_GIGABYTE = 1_000_000_000


def check_disk(settings: Settings, free_gigabytes_min: float) -> Finding:
    """There must be room on the disk of the data directory."""
    place = settings.data_dir.absolute()
    while not place.exists():
        place = place.parent
    free_bytes = shutil.disk_usage(place).free
    told = f"{free_bytes / _GIGABYTE:.1f} GB are free on the disk of {settings.data_dir}"
    advice = "Make room, or give it a larger disk: on a full one nothing can be stored"
    if free_bytes < FREE_BYTES_MIN:
        return trouble("disk", told, advice)
    if free_bytes < free_gigabytes_min * _GIGABYTE:
        return warning("disk", f"{told}, less than {free_gigabytes_min:g}", advice)
    return sound("disk", told)


def check_open_files(settings: Settings) -> Finding:
    """A process started from here must be allowed to open the files that it needs."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed, wanted = files_needed(settings), files_wanted(settings)
    told = f"a process may open {'any number of' if hard == resource.RLIM_INFINITY else hard} files"
    advice = f"Raise the limit: LimitNOFILE={wanted} in the unit of systemd, or ulimit -Hn"
    if hard != resource.RLIM_INFINITY and hard < needed:
        return trouble("open files", f"{told}, and the service needs {needed} to start", advice)
    if hard != resource.RLIM_INFINITY and hard < wanted:
        return warning(
            "open files", f"{told}, and takes all its connections only with {wanted}", advice
        )
    return sound("open files", told)
