# nginx does not start where the folders for its temporary files and logs are missing. An image that has this package at
# its root gets them.
for folder in var/lib/nginx var/log/nginx; do
  mkdir -p "$out/$folder"
  touch "$out/$folder/.keep"
done
# Debian's configuration, for an image: an account that every image has, the page that comes with the package, and no
# socket of an address family that a container may lack.
sed -i 's/^user www-data;/user nobody nogroup;/' "$out/etc/nginx/nginx.conf"
sed -i -e "s#^\(\s*root\) /var/www/html;#\1 $out/share/nginx/html;#" -e '/^\s*listen \[::\]/d' \
  "$out/etc/nginx/sites-available/default"
mkdir -p "$out/etc/nginx/sites-enabled"
ln -s ../sites-available/default "$out/etc/nginx/sites-enabled/default"
