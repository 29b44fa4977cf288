# Licences by the names that nixpkgs gives them (identifiers: https://spdx.org/licenses).
lib:
let
  mark = shortName: attributes: {
    inherit shortName;
    free = true;
    redistributable = attributes.free or true;
    deprecated = false;
  }
  // attributes
  // lib.optionalAttrs (attributes ? spdxId) { url = "https://spdx.org/licenses/${attributes.spdxId}.html"; };
in
{
  licenses = builtins.mapAttrs mark {
    afl21 = { spdxId = "AFL-2.1"; fullName = "Academic Free License v2.1"; };
    agpl3Only = { spdxId = "AGPL-3.0-only"; fullName = "GNU Affero General Public License v3.0 only"; };
    artistic1 = { spdxId = "Artistic-1.0"; fullName = "Artistic License 1.0"; };
    artistic2 = { spdxId = "Artistic-2.0"; fullName = "Artistic License 2.0"; };
    asl20 = { spdxId = "Apache-2.0"; fullName = "Apache License 2.0"; };
    bsd2 = { spdxId = "BSD-2-Clause"; fullName = "BSD 2-clause \"Simplified\" License"; };
    bsd3 = { spdxId = "BSD-3-Clause"; fullName = "BSD 3-clause \"New\" or \"Revised\" License"; };
    bsdOriginal = { spdxId = "BSD-4-Clause"; fullName = "BSD 4-clause \"Original\" or \"Old\" License"; };
    bsdOriginalUC = { spdxId = "BSD-4-Clause-UC"; fullName = "BSD 4-clause (University of California-Specific)"; };
    bzip2 = { spdxId = "bzip2-1.0.6"; fullName = "bzip2 and libbzip2 License v1.0.6"; };
    cc0 = { spdxId = "CC0-1.0"; fullName = "Creative Commons Zero v1.0 Universal"; };
    curl = { spdxId = "curl"; fullName = "curl License"; };
    free = { fullName = "Unspecified free software license"; };
    gpl1Plus = { spdxId = "GPL-1.0-or-later"; fullName = "GNU General Public License v1.0 or later"; };
    gpl2Only = { spdxId = "GPL-2.0-only"; fullName = "GNU General Public License v2.0 only"; };
    gpl2Plus = { spdxId = "GPL-2.0-or-later"; fullName = "GNU General Public License v2.0 or later"; };
    gpl3Only = { spdxId = "GPL-3.0-only"; fullName = "GNU General Public License v3.0 only"; };
    gpl3Plus = { spdxId = "GPL-3.0-or-later"; fullName = "GNU General Public License v3.0 or later"; };
    infoZip = { spdxId = "Info-ZIP"; fullName = "Info-ZIP License"; };
    isc = { spdxId = "ISC"; fullName = "ISC License"; };
    lgpl2Plus = { spdxId = "LGPL-2.0-or-later"; fullName = "GNU Library General Public License v2 or later"; };
    lgpl21Plus = { spdxId = "LGPL-2.1-or-later"; fullName = "GNU Lesser General Public License v2.1 or later"; };
    lgpl3Plus = { spdxId = "LGPL-3.0-or-later"; fullName = "GNU Lesser General Public License v3.0 or later"; };
    mit = { spdxId = "MIT"; fullName = "MIT License"; };
    mpl20 = { spdxId = "MPL-2.0"; fullName = "Mozilla Public License 2.0"; };
    ncursesLicense = { spdxId = "X11-distribute-modifications-variant"; fullName = "X11 License Distribution Modification Variant"; };
    openssh = { spdxId = "SSH-OpenSSH"; fullName = "SSH OpenSSH license"; };
    postgresql = { spdxId = "PostgreSQL"; fullName = "PostgreSQL License"; };
    purdueBsd = { spdxId = "lsof"; fullName = "lsof License"; };
    psfl = { spdxId = "Python-2.0"; fullName = "Python Software Foundation License version 2"; };
    publicDomain = { fullName = "Public Domain"; };
    unfree = { fullName = "Unfree"; free = false; };
    unfreeRedistributable = { fullName = "Unfree redistributable"; free = false; redistributable = true; };
    unlicense = { spdxId = "Unlicense"; fullName = "The Unlicense"; };
    vim = { spdxId = "Vim"; fullName = "Vim License"; };
    zlib = { spdxId = "Zlib"; fullName = "zlib License"; };
  };
}
