import { Download, ListFilter, Network, Palette, Rows3, Search, Share2, Table2 } from 'lucide-react';
import { useState } from 'react';
import type Sigma from 'sigma';
import { itemAt } from '../../../engine/graph/item-at.ts';
import type { PlannedLayer } from '../../../engine/plan/plan.ts';
import { formatBytes } from '../../../shared/format.ts';
import { Button } from '../../components/button.tsx';
import { SelectField } from '../../components/field.tsx';
import { Menu, MenuItem } from '../../components/menu.tsx';
import { Popover } from '../../components/popover.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { FindPath } from '../../inspect/find-path.tsx';
import { layerLabels, nameList } from '../../layers/layer-labels.ts';
import type { Closure } from '../../state/closure/analysis.ts';
import { withoutVersion } from '../../state/format.ts';
import { inBackground } from '../../state/notices.ts';
import { savePicture } from './graph-picture.ts';
import styles from './graph-toolbar.module.css';
import { useGraphView } from './graph-view.ts';

export interface GraphToolbarProps {
  readonly closure: Closure;
  readonly layers: readonly PlannedLayer[];
  /** The only layer that is shown; null for all. */
  readonly onlyLayer: PlannedLayer | null;
  readonly sigma: Sigma | null;
  readonly shown: (node: number) => boolean;
  /** Of the document, for the names of files. */
  readonly name: string;
  readonly onFind: (node: number) => void;
}

const SMALL = [0, 100_000, 1_000_000, 5_000_000, 20_000_000];

export function GraphToolbar(props: GraphToolbarProps) {
  const { closure, layers, onlyLayer, sigma, shown, name, onFind } = props;
  const { layout, view } = useGraphView();
  const [exporting, setExporting] = useState(false);
  const picture = (format: 'png' | 'svg') => {
    if (sigma === null) return;
    setExporting(true);
    inBackground('The picture could not be made', () =>
      savePicture(sigma, closure, shown, format, name).finally(() => setExporting(false)),
    );
  };
  return (
    <div className={styles.bar}>
      <FindPath closure={closure} icon={Search} onFind={onFind} />
      <Segmented
        label="Layout"
        value={layout}
        options={[
          { value: 'layered', title: 'By depth', icon: Rows3 },
          { value: 'force', title: 'By forces', icon: Share2 },
        ]}
        onChange={(next) => useGraphView.setState({ layout: next })}
      />
      <LookMenu />
      <FilterMenu closure={closure} layers={layers} onlyLayer={onlyLayer} />
      <span className={styles.space} />
      {view === 'graph' && (
        <Menu
          label="Export"
          align="end"
          trigger={
            <Button variant="ghost" icon={Download} disabled={exporting}>
              Picture
            </Button>
          }
        >
          <MenuItem title="Save as PNG" onSelect={() => picture('png')} />
          <MenuItem title="Save as SVG" onSelect={() => picture('svg')} />
        </Menu>
      )}
      <Segmented
        label="View"
        value={view}
        options={[
          { value: 'graph', title: 'Graph', icon: Network },
          { value: 'table', title: 'Table', icon: Table2 },
        ]}
        onChange={(next) => useGraphView.setState({ view: next })}
      />
    </div>
  );
}

/** What size and colour of a node mean. */
function LookMenu() {
  const { sizeBy, colourBy } = useGraphView();
  return (
    <Popover
      label="Look"
      trigger={
        <Button variant="ghost" icon={Palette}>
          Look
        </Button>
      }
    >
      <SelectField
        label="Size of a node"
        value={sizeBy}
        options={[
          { value: 'nar', title: 'Bytes of its own' },
          { value: 'closure', title: 'Bytes of its closure' },
        ]}
        onChange={(value) => useGraphView.setState({ sizeBy: value })}
      />
      <SelectField
        label="Colour of a node"
        value={colourBy}
        options={[
          { value: 'sharing', title: 'How widely it is shared' },
          { value: 'layer', title: 'Its layer' },
          { value: 'depth', title: 'How far from the packages' },
        ]}
        onChange={(value) => useGraphView.setState({ colourBy: value })}
      />
    </Popover>
  );
}

/** Which nodes are shown. */
function FilterMenu({
  closure,
  layers,
  onlyLayer,
}: Pick<GraphToolbarProps, 'closure' | 'layers' | 'onlyLayer'>) {
  const { minBytes } = useGraphView();
  const filtered = minBytes > 0 || onlyLayer !== null;
  const label = layerLabels(closure);
  return (
    <Popover
      label="Filter"
      trigger={
        <Button variant={filtered ? 'default' : 'ghost'} icon={ListFilter}>
          Filter
        </Button>
      }
    >
      <SelectField
        label="Hide small paths"
        value={minBytes}
        options={SMALL.map((bytes) => ({
          value: bytes,
          title: bytes === 0 ? 'Show all sizes' : `Smaller than ${formatBytes(bytes)}`,
        }))}
        onChange={(value) => useGraphView.setState({ minBytes: value })}
      />
      <SelectField
        label="Only one layer"
        value={onlyLayer === null ? '' : itemAt(closure.graph.paths, itemAt(onlyLayer.nodes, 0))}
        options={[
          { value: '', title: 'Show all layers' },
          ...layers.map((layer, index) => ({
            value: itemAt(closure.graph.paths, itemAt(layer.nodes, 0)),
            title: `${index + 1}: ${nameList(label(layer).names.map(withoutVersion), 2)}`,
          })),
        ]}
        onChange={(value) => useGraphView.setState({ layerOf: value || null })}
      />
      {filtered && (
        <Button onClick={() => useGraphView.setState({ minBytes: 0, layerOf: null })}>Show everything</Button>
      )}
    </Popover>
  );
}
