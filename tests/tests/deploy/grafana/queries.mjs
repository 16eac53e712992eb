// Parses queries with Grafana's own grammars: `[["tempo", query] …]` on standard input, those that are none on standard output.

import { readFileSync } from 'node:fs';
import { parser as logql } from '@grafana/lezer-logql';
import { parser as traceql } from '@grafana/lezer-traceql';

const parsers = { tempo: traceql, loki: logql };
const wrong = JSON.parse(readFileSync(0, 'utf8')).filter(([language, query]) => {
  let isWrong = false;
  parsers[language].parse(query).iterate({ enter: (node) => void (isWrong ||= node.type.isError) });
  return isWrong;
});
console.log(JSON.stringify(wrong));
