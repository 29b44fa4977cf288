# What a package source is at this moment: the answer pins it. `requestFile` holds JSON, the result too.
{ requestFile }:
let
  asked = builtins.fromJSON (builtins.readFile requestFile);

  readOr = fallback: file:
    if builtins.pathExists file then builtins.head (builtins.split "\n" (builtins.readFile file)) else fallback;

  searchPath =
    let
      found = builtins.tryEval (builtins.findFile builtins.nixPath "nixpkgs");
      root = toString found.value;
    in
    if !found.success then { path = null; }
    else {
      path = root;
      revision = readOr null (/. + root + "/.git-revision");
      version = readOr null (/. + root + "/.version");
    };

  git =
    let
      tree = builtins.fetchGit (
        { inherit (asked) url; }
        // (if asked ? rev then { inherit (asked) rev; } else { })
        // (if asked ? ref then { inherit (asked) ref; } else if asked ? rev then { allRefs = true; } else { ref = "HEAD"; })
      );
    in
    {
      inherit (tree) rev;
      narHash = tree.narHash or null;
      hasDefault = builtins.pathExists (tree.outPath + "/default.nix");
      hasFlake = builtins.pathExists (tree.outPath + "/flake.nix");
    };

  resolvers = {
    search-path = searchPath;
    search-path-entries = builtins.nixPath;
    channel = { commit = builtins.head (builtins.split "\n" (builtins.readFile (builtins.fetchurl asked.url))); };
    tarball = { path = toString (builtins.fetchTarball asked.url); };
    inherit git;
  };
in
resolvers.${asked.type}
