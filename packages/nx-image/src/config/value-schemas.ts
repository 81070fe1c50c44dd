import type * as Zod from 'zod';
import { CHOICES, FORMS, PLATFORM_SPELLINGS, type Form } from './forms';

type Z = typeof Zod.z;

/** A scalar: the source's text, whatever YAML would make of it. */
function textOf(z: Z, form: Form) {
  return z.string().check((context) => {
    const complaint = form(context.value);
    if (complaint === undefined) return;
    const { what, ...params } = complaint;
    context.issues.push({ code: 'custom', message: what, params, input: context.value });
  });
}

function notEmpty(what: string, hint: string) {
  return (context: Zod.core.ParsePayload<object>): void => {
    if (Object.keys(context.value).length > 0 || context.issues.length > 0) return;
    context.issues.push({ code: 'custom', message: what, params: { hint }, input: context.value });
  };
}

/** The values that more than one key has, or a variant as well as its directory. */
export function valueSchemas(z: Z) {
  const text = (form: Form) => textOf(z, form);
  const flag = z.enum(CHOICES.reuse);
  const target = text(FORMS.target);
  const buildArgs = z.union([z.array(text(FORMS.anyText)), z.record(z.string(), text(FORMS.anyText).nullable())]);
  const labels = z.record(text(FORMS.label), text(FORMS.anyText));
  const platforms = z.array(z.enum(PLATFORM_SPELLINGS)).min(1);
  const tag = z.strictObject({ tag: text(FORMS.anyText), moving: flag.optional() });
  const tags = z.array(z.union([text(FORMS.anyText), tag]));
  const variant = z
    .strictObject({ target, build_args: buildArgs, labels, platforms, additional_tags: tags })
    .partial()
    .check(notEmpty('the variant says nothing that differs', 'Give it a `target`, or remove it.'));
  return { text, flag, target, buildArgs, labels, platforms, tags, variant, notEmpty };
}
