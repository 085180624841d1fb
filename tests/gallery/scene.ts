/** A drawn landscape with a red ball and a house, `width` × `height` px: a picture that is the same everywhere. */
export function scene(width = 960, height = 640): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('expected a 2d canvas context, got none');
  const sky = context.createLinearGradient(0, 0, 0, height);
  sky.addColorStop(0, '#6fb1e0');
  sky.addColorStop(0.65, '#f3e3c3');
  context.fillStyle = sky;
  context.fillRect(0, 0, width, height);
  const hill = (x: number, y: number, radius: number, colour: string): void => {
    context.fillStyle = colour;
    context.beginPath();
    context.ellipse(x * width, y * height, radius * width, radius * height * 0.7, 0, 0, 7);
    context.fill();
  };
  hill(0.15, 1.05, 0.6, '#7fa66b');
  hill(0.85, 1.1, 0.7, '#5d8a52');
  hill(0.5, 1.3, 0.8, '#4a7343');
  const house = { x: 0.6 * width, y: 0.42 * height, side: 0.3 * height };
  context.fillStyle = '#e9d8b6';
  context.fillRect(house.x, house.y, house.side, house.side);
  context.fillStyle = '#8a4b32';
  context.beginPath();
  context.moveTo(house.x - 14, house.y);
  context.lineTo(house.x + house.side / 2, house.y - house.side * 0.55);
  context.lineTo(house.x + house.side + 14, house.y);
  context.fill();
  context.fillStyle = '#3f5a78';
  context.fillRect(
    house.x + house.side * 0.15,
    house.y + house.side * 0.25,
    house.side * 0.25,
    house.side * 0.25,
  );
  context.fillRect(
    house.x + house.side * 0.6,
    house.y + house.side * 0.25,
    house.side * 0.25,
    house.side * 0.25,
  );
  const [x, y, radius] = [0.33 * width, 0.7 * height, 0.13 * height];
  const ball = context.createRadialGradient(x - radius / 3, y - radius / 3, radius / 8, x, y, radius);
  ball.addColorStop(0, '#ff8a73');
  ball.addColorStop(1, '#b3201b');
  context.fillStyle = ball;
  context.beginPath();
  context.arc(x, y, radius, 0, 7);
  context.fill();
  return canvas;
}
