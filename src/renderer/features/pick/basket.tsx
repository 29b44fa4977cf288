import { GripVertical, Hammer, PackageOpen, TriangleAlert, X } from 'lucide-react';
import { type DragEvent, type KeyboardEvent, useRef, useState } from 'react';
import { count, formatBytes } from '../../../shared/format.ts';
import { joinPackageName, splitPackageName } from '../../../shared/package-sources.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { cx } from '../../components/class-names.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Switch } from '../../components/field.tsx';
import { Tip } from '../../components/tip.tsx';
import { useClosure } from '../../state/closure/store.ts';
import { SEARCH_FIELD_ID } from '../../state/commands.ts';
import { movePackage, removePackages, replacePackage, setDefaults } from '../../state/document/edits.ts';
import { edit, useTheDocument } from '../../state/document/store.ts';
import { isOutOfDate, startBuild } from '../../state/work.ts';
import styles from './basket.module.css';
import { useCatalog } from './catalog-state.ts';
import type { PackageShare } from './image-sizes.ts';
import { ImageTotal } from './image-total.tsx';
import { Marks } from './marks.tsx';
import { useImageUnderHand } from './use-closures.ts';
import { type NameLookup, useLookups } from './use-lookups.ts';

/** What is in the image, what each package adds, and in which order. */
export function Basket() {
  const { packages } = useTheDocument();
  return (
    <div className={styles.basket}>
      <header className={styles.header}>
        <h2>In this image</h2>
        <span>{packages.length === 0 ? '' : count(packages.length, 'package')}</span>
      </header>
      {packages.length === 0 ? (
        <EmptyState plain title="Nothing yet">
          <PackageOpen size={26} aria-hidden className={styles.nothing} />
          <p>Add packages from the list. Each shows what it brings along.</p>
        </EmptyState>
      ) : (
        <PackageList packages={packages} />
      )}
      <Footer />
    </div>
  );
}

/** The packages, to be moved by the pointer, or with Alt and the arrow keys. */
function PackageList({ packages }: { readonly packages: readonly string[] }) {
  const lookups = useLookups(packages);
  const { sizes, closureOf, isBuilt } = useImageUnderHand();
  const shown = useCatalog((state) => state.shown);
  const shares = packages.map((name) => {
    const closure = closureOf(name);
    return closure === undefined ? null : sizes.share(name, closure);
  });
  const largest = shares.reduce((most, share) => Math.max(most, share?.closureBytes ?? 0), 1);
  const list = useRef<HTMLOListElement>(null);
  const [dragged, setDragged] = useState<string | null>(null);
  const [over, setOver] = useState<number | null>(null);

  const rows = () => list.current?.querySelectorAll<HTMLElement>('[data-package]');
  const move = (name: string, to: number) => {
    edit((current) => movePackage(current, name, to));
    requestAnimationFrame(() =>
      list.current?.querySelector<HTMLElement>(`[data-package="${CSS.escape(name)}"]`)?.focus(),
    );
  };
  /** The focus goes on with the next package, or where one is looked for when none is left. */
  const remove = (name: string, index: number) => {
    edit((current) => removePackages(current, [name]));
    requestAnimationFrame(() => {
      const left = rows();
      (left?.[index] ?? left?.[index - 1] ?? document.getElementById(SEARCH_FIELD_ID))?.focus();
    });
  };
  const key = (event: KeyboardEvent, name: string, index: number) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      if (event.altKey) move(name, index + step);
      else rows()?.[index + step]?.focus();
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      event.preventDefault();
      remove(name, index);
    }
  };
  const letGo = () => {
    setDragged(null);
    setOver(null);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    if (dragged !== null && over !== null) move(dragged, over);
    letGo();
  };

  return (
    <ol ref={list} className={styles.list} aria-label="Packages of the image" onDrop={drop}>
      {packages.map((name, index) => (
        <li
          key={name}
          className={cx(
            styles.item,
            over === index && dragged !== null && dragged !== name && styles.target,
            dragged !== null && packages.indexOf(dragged) < index && styles.behind,
            shown !== null && nameInCatalog(name, lookups.get(name)) === shown && styles.shown,
          )}
          draggable
          onDragStart={(event) => {
            event.dataTransfer.effectAllowed = 'move';
            setDragged(name);
          }}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(index);
          }}
          onDragEnd={letGo}
          onPointerEnter={() => useCatalog.setState({ pointed: name })}
          onPointerLeave={() => useCatalog.setState({ pointed: null })}
        >
          <Package
            name={name}
            lookup={lookups.get(name)}
            share={shares[index] ?? null}
            largest={largest}
            isNew={!isBuilt(name)}
            onKey={(event) => key(event, name, index)}
            onRemove={() => remove(name, index)}
          />
        </li>
      ))}
    </ol>
  );
}

/** The name that the catalog of its source has for a package of the document, which may name an output too. */
function nameInCatalog(name: string, lookup: NameLookup | undefined): string {
  const { source } = splitPackageName(name);
  return lookup?.entry ? joinPackageName(source, lookup.entry.attribute) : name;
}

interface PackageProps {
  readonly name: string;
  readonly lookup: NameLookup | undefined;
  /** null while it is not known. */
  readonly share: PackageShare | null;
  /** The largest closure of a package of the image. */
  readonly largest: number;
  readonly isNew: boolean;
  readonly onKey: (event: KeyboardEvent) => void;
  readonly onRemove: () => void;
}

function Package({ name, lookup, share, largest, isNew, onKey, onRemove }: PackageProps) {
  const entry = lookup?.entry;
  const unknown = lookup?.entry === null;
  return (
    <>
      <GripVertical size={14} aria-hidden className={styles.grip} />
      <button
        type="button"
        className={styles.main}
        data-package={name}
        aria-label={`${name}${share === null ? '' : `, ${shareInWords(share)}`}${unknown ? ', not in this source' : ''}`}
        onClick={() => useCatalog.setState({ shown: nameInCatalog(name, lookup) })}
        onKeyDown={onKey}
      >
        <span className={styles.row}>
          <span className={styles.name}>{name}</span>
          <span className={styles.version}>{entry?.version}</span>
          {entry && <Marks marks={entry.marks} />}
          {unknown && <TriangleAlert size={13} className={styles.warn} aria-hidden />}
          <span className={styles.size}>{share === null ? '–' : `+${formatBytes(share.addedBytes)}`}</span>
        </span>
        <span className={styles.meter}>
          <i style={part(share?.addedBytes, largest)} data-new={isNew || undefined} />
          <i style={part(share?.sharedBytes, largest)} data-shared />
        </span>
        {share !== null && share.sharedBytes > 0 && (
          <span className={styles.shares}>shares {formatBytes(share.sharedBytes)}</span>
        )}
      </button>
      <IconButton icon={X} size={13} label={`Remove ${name}`} className={styles.remove} onClick={onRemove} />
      {unknown && (
        <p className={styles.nearest} role="alert">
          Not in this source.
          {lookup.nearest.length > 0 && ' Perhaps '}
          {lookup.nearest.slice(0, 3).map((other) => (
            <Button key={other} small onClick={() => edit((current) => replacePackage(current, name, other))}>
              {other}
            </Button>
          ))}
        </p>
      )}
    </>
  );
}

function part(bytes: number | undefined, of: number) {
  return { width: `${(100 * (bytes ?? 0)) / of}%` };
}

function shareInWords({ addedBytes, sharedBytes }: PackageShare): string {
  const shares = sharedBytes > 0 ? `, shares ${formatBytes(sharedBytes)}` : '';
  return `adds ${formatBytes(addedBytes)}${shares}`;
}

/** What is in every image, and the way to have it built. */
function Footer() {
  const theDocument = useTheDocument();
  const { packages, defaults } = theDocument;
  const build = useClosure((state) => state.build);
  return (
    <footer className={styles.footer}>
      {packages.length > 0 && <ImageTotal />}
      <Switch
        label="Certificates"
        hint="cacert, for TLS"
        checked={defaults.cacert}
        onChange={(cacert) => edit((current) => setDefaults(current, { cacert }))}
      />
      <Switch
        label="Names of protocols and services"
        hint="iana-etc"
        checked={defaults.ianaEtc}
        onChange={(ianaEtc) => edit((current) => setDefaults(current, { ianaEtc }))}
      />
      {(build === null || isOutOfDate(build, theDocument)) && packages.length > 0 && (
        <Tip text="Nix builds or fetches what is missing" shortcut="mod+b" side="top">
          <Button variant="primary" icon={Hammer} onClick={() => void startBuild()}>
            {build === null ? 'Build the image’s packages' : 'Build with the changes'}
          </Button>
        </Tip>
      )}
    </footer>
  );
}
