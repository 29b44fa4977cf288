# Functions about strings, versions in them, and shell words.
lib:
let
  inherit (builtins) concatStringsSep genList replaceStrings stringLength substring;
  lower = lib.stringToCharacters "abcdefghijklmnopqrstuvwxyz";
  upper = lib.stringToCharacters "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
in
{
  lowerChars = lower;
  upperChars = upper;
  stringToCharacters = text: genList (i: substring i 1 text) (stringLength text);
  concatStrings = concatStringsSep "";
  concatMapStrings = f: xs: lib.concatStrings (map f xs);
  concatMapStringsSep = separator: f: xs: concatStringsSep separator (map f xs);
  concatImapStrings = f: xs: lib.concatStrings (lib.imap1 f xs);
  concatImapStringsSep = separator: f: xs: concatStringsSep separator (lib.imap1 f xs);
  concatLines = lib.concatMapStrings (line: line + "\n");
  intersperse =
    separator: xs: if builtins.length xs < 2 then xs else lib.tail (builtins.concatMap (x: [ separator x ]) xs);
  optionalString = condition: text: if condition then text else "";

  toLower = replaceStrings upper lower;
  toUpper = replaceStrings lower upper;
  hasPrefix = prefix: text: substring 0 (stringLength prefix) text == prefix;
  hasSuffix =
    suffix: text:
    let
      start = stringLength text - stringLength suffix;
    in
    start >= 0 && substring start (-1) text == suffix;
  hasInfix = infix: text: builtins.length (builtins.split (lib.escapeRegex infix) (toString text)) > 1;
  removePrefix =
    prefix: text: if lib.hasPrefix prefix text then substring (stringLength prefix) (-1) text else text;
  removeSuffix =
    suffix: text:
    if lib.hasSuffix suffix text then substring 0 (stringLength text - stringLength suffix) text else text;
  splitString =
    separator: text: builtins.filter builtins.isString (builtins.split (lib.escapeRegex separator) (toString text));
  trim =
    text:
    let
      match = builtins.match "[ \t\r\n]*(.*[^ \t\r\n])[ \t\r\n]*" text;
    in
    if match == null then "" else builtins.head match;
  removeTrailingNewline = lib.removeSuffix "\n";
  fileContents = path: lib.removeSuffix "\n" (builtins.readFile path);
  fixedWidthString =
    width: filler: text: if stringLength text >= width then text else lib.fixedWidthString width filler (filler + text);
  toInt =
    text:
    let
      value = builtins.fromJSON (lib.trim text);
    in
    if builtins.isInt value then value else throw "toInt: Could not convert ${text} to int.";

  escape = characters: replaceStrings characters (map (c: "\\${c}") characters);
  escapeRegex = lib.escape (lib.stringToCharacters "\\[{()^$?*+|.");
  escapeShellArg =
    argument:
    let
      text = toString argument;
    in
    if builtins.match "[[:alnum:],._+:@%/-]+" text != null then text else "'${replaceStrings [ "'" ] [ "'\\''" ] text}'";
  escapeShellArgs = lib.concatMapStringsSep " " lib.escapeShellArg;
  escapeNixString = text: lib.escape [ "$" ] (builtins.toJSON text);
  escapeXML = replaceStrings [ "\"" "'" "<" ">" "&" ] [ "&quot;" "&apos;" "&lt;" "&gt;" "&amp;" ];
  toShellVar =
    name: value:
    if builtins.isAttrs value && !lib.isStringLike value then
      let
        pairs = lib.mapAttrsToList (k: v: "[${lib.escapeShellArg k}]=${lib.escapeShellArg v}") value;
      in
      "declare -A ${name}=(${lib.concatStringsSep " " pairs})"
    else if builtins.isList value then
      "declare -a ${name}=(${lib.escapeShellArgs value})"
    else
      "${name}=${lib.escapeShellArg value}";
  toShellVars = set: lib.concatStringsSep "\n" (lib.mapAttrsToList lib.toShellVar set);
  isStringLike = x: builtins.isString x || builtins.isPath x || x ? outPath || x ? __toString;
  isStorePath =
    x:
    lib.isStringLike x
    && (
      let
        text = toString x;
      in
      substring 0 1 text == "/" && dirOf text == builtins.storeDir
    );
  isConvertibleWithToString =
    x:
    lib.isStringLike x
    || builtins.elem (builtins.typeOf x) [ "int" "float" "bool" "null" ]
    || (builtins.isList x && builtins.all lib.isConvertibleWithToString x);

  makeSearchPath =
    folder: packages: concatStringsSep ":" (map (p: "${p}/${folder}") (builtins.filter (p: p != null) packages));
  makeSearchPathOutput = output: folder: packages: lib.makeSearchPath folder (map (lib.getOutput output) packages);
  makeBinPath = lib.makeSearchPathOutput "bin" "bin";
  makeLibraryPath = lib.makeSearchPathOutput "lib" "lib";

  getName =
    x: if builtins.isString x then (builtins.parseDrvName x).name else x.pname or (builtins.parseDrvName x.name).name;
  getVersion =
    x:
    if builtins.isString x then
      (builtins.parseDrvName x).version
    else
      x.version or (builtins.parseDrvName x.name).version;
  nameFromURL =
    url: separator:
    let
      file = lib.last (lib.splitString "/" url);
    in
    builtins.head (lib.splitString separator file);
  versionOlder = a: b: builtins.compareVersions b a == 1;
  versionAtLeast = a: b: !lib.versionOlder a b;
  sanitizeDerivationName =
    text:
    let
      parts = builtins.split "[^[:alnum:]+._?=-]+" (builtins.unsafeDiscardStringContext text);
      clean = lib.concatMapStrings (part: if builtins.isList part then "-" else part) parts;
      start = builtins.match "\\.*(.*)" clean;
    in
    if builtins.head start == "" then "unknown" else builtins.head start;
  commonPrefixLength =
    a: b:
    let
      limit = lib.min (stringLength a) (stringLength b);
      go = i: if i < limit && substring i 1 a == substring i 1 b then go (i + 1) else i;
    in
    go 0;
}
