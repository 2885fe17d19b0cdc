import type { Asked, Environment } from './request.ts';
export async function rehearse(_asked: Asked, _environment: Environment): Promise<void> {}
