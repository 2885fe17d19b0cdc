import { describe, expect, it } from 'vitest';
import { originOf } from '../../src/model/change.ts';
import { read, smallTask } from './workspace.ts';

const file = 'task-definition.json';

describe('the source of a value', () => {
  it('is the file, or the variables of its placeholders', async () => {
    const task = {
      ...smallTask,
      cpu: '${CPU}',
      containerDefinitions: [
        {
          name: 'web',
          image: '${REGISTRY}/web:${TAG}',
          command: ['serve', '--level=${LEVEL}'],
          environment: [
            { name: 'LEVEL', value: '${LEVEL}' },
            { name: 'PORT', value: '80' },
            { name: '${NAME}', value: 'x' },
          ],
        },
      ],
    };
    const environment = { CPU: '256', REGISTRY: 'r', TAG: '1', LEVEL: 'info', NAME: 'THING' };
    const { context, said } = await read({ task, environment });
    expect(said).toEqual([]);
    expect(context.filledIn?.taskDefinition).toEqual({
      cpu: { kind: 'file', file, variables: ['${CPU}'] },
      'containerDefinitions[web].image': { kind: 'file', file, variables: ['${REGISTRY}', '${TAG}'] },
      'containerDefinitions[web].command': { kind: 'file', file, variables: ['${LEVEL}'] },
      'containerDefinitions[web].environment[LEVEL]': { kind: 'file', file, variables: ['${LEVEL}'] },
      'containerDefinitions[web].environment[THING]': { kind: 'file', file, variables: ['${NAME}'] },
    });
  });

  it('is found in AWS output and in JSON fragments', async () => {
    const task = `{ "taskDefinition": { "family": "web", "memory": "512", "containerDefinitions": [
      { "name": "web", "image": "web:1", "environment": \${LIST} } ] }, "tags": [{ "key": "team", "value": "\${TEAM}" }] }`;
    const { context, said } = await read({ task, environment: { LIST: '[{"name":"A","value":"1"}]', TEAM: 'x' } });
    expect(said).toEqual([]);
    expect(context.filledIn?.taskDefinition).toEqual({
      'containerDefinitions[web].environment[A]': { kind: 'file', file, variables: ['${LIST}'] },
      'tags[team]': { kind: 'file', file, variables: ['${TEAM}'] },
    });
  });

  it('is that of the parent value, not of a value with the same prefix', () => {
    const usual = { kind: 'file', file } as const;
    const input = { kind: 'input', inputs: ['maximum-percent'] } as const;
    const origins = { usual, at: { 'a.b': input } };
    expect(originOf(origins, 'a.b')).toBe(input);
    expect(originOf(origins, 'a.b.c')).toBe(input);
    expect(originOf(origins, 'a.b[0]')).toBe(input);
    expect(originOf(origins, 'a.bc')).toBe(usual);
    expect(originOf(origins, 'a')).toBe(usual);
  });
});
