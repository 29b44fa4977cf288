# Sets that are defined in terms of themselves, and overlays on them.
lib:
{
  fix =
    f:
    let
      x = f x;
    in
    x;

  # An overlay is `final: prev: { … }`; applied to a set that is written as a function of its own result.
  extends =
    overlay: base: final:
    let
      prev = base final;
    in
    prev // overlay final prev;

  composeExtensions =
    first: second: final: prev:
    let
      a = first final prev;
    in
    a // second final (prev // a);
  composeManyExtensions = builtins.foldl' lib.composeExtensions (_: _: { });

  # A change is `prev: { … }` or `final: prev: { … }`.
  toOverlay =
    change: final: prev:
    let
      once = change prev;
    in
    if lib.isFunction once then change final prev else once;

  makeExtensible =
    base:
    lib.fix (
      lib.extends (final: _: {
        extend = overlay: lib.makeExtensible (lib.extends overlay base);
      }) base
    );
}
