# Where the C library looks, unless TZDIR is set.
offerUnderUsr share/zoneinfo
