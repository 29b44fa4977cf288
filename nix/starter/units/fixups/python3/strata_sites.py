"""Site folders beside the interpreter's own.

NIX_PYTHONPATH, as in nixpkgs, is how python3.withPackages names the folders of its modules.

In an image, the root has links to the files of every package that was asked for, so /lib/python3/dist-packages has the
modules among them. It is used only when it is made of such links: on a Debian machine it is Debian's own.
"""

import os
import site

IMAGE_ROOT = "/lib/python3/dist-packages"


def _is_linked(folder):
    try:
        with os.scandir(folder) as entries:
            names = [entry.path for entry in entries if not entry.name.startswith("__")]
    except OSError:
        return False
    store = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(__file__)))))
    return any(os.path.realpath(name).startswith(store + os.sep) for name in names)


_added = False


def add():
    # In an image the folder has a link to the .pth file that calls this, so it is called again from within.
    global _added
    if _added:
        return
    _added = True
    folders = os.environ.pop("NIX_PYTHONPATH", "").split(os.pathsep)
    if _is_linked(IMAGE_ROOT):
        folders.append(IMAGE_ROOT)
    for folder in filter(None, folders):
        site.addsitedir(folder)
