import type { NodeHoverDrawingFunction, NodeLabelDrawingFunction } from 'sigma/rendering';

/** The name of a node, right of it, with a halo that keeps the edges behind it apart. */
export function drawLabel(paper: string): NodeLabelDrawingFunction {
  return (context, data, settings) => {
    if (!data.label) return;
    const [x, y] = [data.x + data.size + 4, data.y + settings.labelSize / 3];
    context.font = `${settings.labelWeight} ${settings.labelSize}px ${settings.labelFont}`;
    context.lineJoin = 'round';
    context.lineWidth = 3.5;
    context.strokeStyle = paper;
    context.strokeText(data.label, x, y);
    context.fillStyle = settings.labelColor.color ?? '#000';
    context.fillText(data.label, x, y);
  };
}

export interface HoverColours {
  readonly paper: string;
  readonly line: string;
  readonly ink: string;
}

/** The node that is pointed at or selected: a ring around it, and its name on paper. */
export function drawHover({ paper, line, ink }: HoverColours): NodeHoverDrawingFunction {
  return (context, data, settings) => {
    context.font = `${settings.labelWeight} ${settings.labelSize}px ${settings.labelFont}`;
    if (data.label) {
      const width = context.measureText(data.label).width + data.size + 18;
      const height = Math.max(24, data.size * 2 + 8);
      context.fillStyle = paper;
      context.strokeStyle = line;
      context.lineWidth = 1;
      context.beginPath();
      context.roundRect(data.x - data.size - 5, data.y - height / 2, width + data.size + 2, height, 8);
      context.fill();
      context.stroke();
    }
    context.fillStyle = data.color;
    context.strokeStyle = ink;
    context.lineWidth = 2;
    context.beginPath();
    context.arc(data.x, data.y, data.size, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
    if (data.label) {
      context.fillStyle = ink;
      context.fillText(data.label, data.x + data.size + 5, data.y + settings.labelSize / 3);
    }
  };
}
