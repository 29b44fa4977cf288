# Refuses to start where there is no UTF-8 locale.
offerLocale
