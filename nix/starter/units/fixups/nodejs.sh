# The interpreter reads parts of its own library from this fixed path.
offerUnderUsr share/nodejs
