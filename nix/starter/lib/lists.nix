# Functions about lists.
lib:
let
  inherit (builtins) concatLists elem elemAt filter foldl' genList head isList length tail;
in
{
  singleton = x: [ x ];
  optional = condition: x: if condition then [ x ] else [ ];
  optionals = condition: xs: if condition then xs else [ ];
  toList = x: if isList x then x else [ x ];
  flatten = x: if isList x then builtins.concatMap lib.flatten x else [ x ];

  foldr =
    f: initial: xs:
    let
      count = length xs;
      go = i: if i == count then initial else f (elemAt xs i) (go (i + 1));
    in
    go 0;
  fold = lib.foldr;
  foldl = f: initial: xs: foldl' f initial xs;
  imap0 = f: xs: genList (i: f i (elemAt xs i)) (length xs);
  imap1 = f: xs: genList (i: f (i + 1) (elemAt xs i)) (length xs);
  forEach = xs: f: map f xs;
  range = first: last: if first > last then [ ] else genList (i: first + i) (last - first + 1);
  replicate = count: x: genList (_: x) count;

  remove = x: filter (y: y != x);
  findFirst =
    wanted: fallback: xs:
    let
      found = filter wanted xs;
    in
    if found == [ ] then fallback else head found;
  count = wanted: xs: length (filter wanted xs);
  unique = foldl' (acc: x: if elem x acc then acc else acc ++ [ x ]) [ ];
  allUnique = xs: length xs == length (lib.unique xs);
  intersectLists = xs: filter (y: elem y xs);
  subtractLists = xs: filter (y: !elem y xs);
  mutuallyExclusive = a: b: !builtins.any (x: elem x a) b;

  last = xs: elemAt xs (length xs - 1);
  init = xs: genList (elemAt xs) (length xs - 1);
  take = n: xs: genList (elemAt xs) (lib.min n (length xs));
  drop = n: xs: genList (i: elemAt xs (n + i)) (lib.max 0 (length xs - n));
  sublist = start: count: xs: lib.take count (lib.drop start xs);
  reverseList =
    xs:
    let
      count = length xs;
    in
    genList (i: elemAt xs (count - 1 - i)) count;
  hasPrefixList = prefix: xs: lib.take (length prefix) xs == prefix;

  zipListsWith = f: a: b: genList (i: f (elemAt a i) (elemAt b i)) (lib.min (length a) (length b));
  zipLists = lib.zipListsWith (fst: snd: { inherit fst snd; });
  naturalSort = builtins.sort (a: b: builtins.compareVersions a b < 0);
  sortOn = key: builtins.sort (a: b: key a < key b);
  crossLists = f: foldl' (fs: args: concatLists (map (g: map g args) fs)) [ f ];
  groupBy' =
    f: initial: key: xs:
    builtins.mapAttrs (_: foldl' f initial) (lib.groupBy key xs);
  groupBy =
    key:
    foldl' (
      acc: x:
      let
        name = key x;
      in
      acc // { ${name} = acc.${name} or [ ] ++ [ x ]; }
    ) { };
}
