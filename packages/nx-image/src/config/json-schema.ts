import { z } from 'zod';
import { configSchema } from './schema';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/**
 * The JSON Schema for editors, of the same schema that configs are checked by. Editors see YAML's own numbers and
 * booleans, and keys without a value, where we see text: all of these are allowed. Draft 7 is what they know.
 */
export function jsonSchema(): Readonly<Record<string, unknown>> {
  const options = {
    target: 'draft-7',
    override: (context: { jsonSchema: JsonSchema }): void => {
      widen(context.jsonSchema);
    },
  } as const;
  const { $schema, properties, ...rest } = z.toJSONSchema(configSchema(), options);
  const nullable = Object.entries(properties ?? {}).map(([key, part]) => [key, orNothing(part as JsonSchema)]);
  return { $schema, $id: 'urn:hephy:build-config:1', ...rest, properties: Object.fromEntries(nullable) as object };
}

function widen(part: JsonSchema): void {
  if (part.enum?.join() === 'true,false') {
    delete part.enum;
    part.type = 'boolean';
  } else if (part.const === '1') {
    delete part.const;
    delete part.type;
    part.enum = [1, '1'];
  } else if (part.type === 'string' && part.enum === undefined) {
    delete part.type;
    Object.assign(part, { type: ['string', 'number', 'boolean'] });
  }
}

/** The key's own description stays on top, where editors look for it. */
function orNothing(part: JsonSchema): JsonSchema {
  const { description, examples, ...form } = part;
  return {
    ...(description === undefined ? {} : { description }),
    ...(examples === undefined ? {} : { examples }),
    anyOf: [form, { type: 'null' }],
  };
}
