# nginx does not start where the folders for its temporary files and logs are missing. An image that has this package at
# its root gets them.
for folder in var/lib/nginx var/log/nginx; do
  mkdir -p "$out/$folder"
  touch "$out/$folder/.keep"
done
