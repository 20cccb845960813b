// Goal: no template and no text-bearing attribute holds a text of its own; all are in the catalogue.
import { parse } from "svelte/compiler";
import { expect, it } from "vitest";

const kComponents = import.meta.glob<string>("../**/*.svelte", {
  query: "?raw",
  import: "default",
  eager: true,
});
/** Attributes and props that a person reads or hears. */
const kSpoken =
  /^(aria-(label|description|valuetext|roledescription|placeholder)|title|alt|placeholder|label|heading|text|detail|caption|summary|hint)$/;

type Node = { type: string; start: number; [key: string]: unknown };

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && typeof (value as Node).type === "string";

function children(node: Node): Node[] {
  return Object.values(node).flatMap((value) =>
    Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [],
  );
}

const hasWord = (text: string): boolean => /\p{L}{2}/u.test(text.replace(/&[a-z]+;/g, ""));

/** Texts inside an expression that is shown: literals, and what a template literal adds. */
function shown(node: Node): string[] {
  if (node.type === "Literal") return typeof node["value"] === "string" ? [node["value"]] : [];
  if (node.type === "TemplateElement") return [(node["value"] as { cooked?: string }).cooked ?? ""];
  if (node.type === "ConditionalExpression")
    return [node["consequent"], node["alternate"]].filter(isNode).flatMap(shown);
  if (node.type === "LogicalExpression")
    return [node["left"], node["right"]].filter(isNode).flatMap(shown);
  if (node.type === "TemplateLiteral") return children(node).flatMap(shown);
  return [];
}

/** Every text of the template that is not from the catalogue. */
export function literalsOf(source: string): string[] {
  const found: string[] = [];
  const walk = (node: Node): void => {
    if (node.type === "Text" && hasWord(String(node["data"]))) found.push(String(node["data"]));
    else if (node.type === "ExpressionTag" && isNode(node["expression"]))
      found.push(...shown(node["expression"]).filter(hasWord));
    else if (node.type === "Attribute") {
      if (!kSpoken.test(String(node["name"]))) return;
      for (const part of [node["value"]].flat()) if (isNode(part)) walk(part);
    } else if (node.type === "StyleDirective" || node.type === "ClassDirective") return;
    else if (node.type.endsWith("Directive") || node.type.endsWith("Tag")) return;
    else {
      for (const child of children(node)) walk(child);
    }
  };
  walk(parse(source, { modern: true }).fragment as unknown as Node);
  return found.map((text) => text.trim());
}

it("finds literals where a viewer would read them, and only there", () => {
  const source = `<p class="big">Hello</p><img alt="A boat" src="/boat.png" />
    <b aria-label={open ? "Close it" : strings.open}>{\`\${n} titles\`}</b>
    {#if a === "some thing"}<i class={a ? "on now" : ""}>{strings.fine} · {"7"}</i>{/if}`;
  expect(literalsOf(source)).toEqual(["Hello", "A boat", "Close it", "titles"]);
});

it.each(Object.entries(kComponents))("%s", (_, source) => expect(literalsOf(source)).toEqual([]));
