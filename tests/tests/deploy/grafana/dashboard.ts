// The type of a dashboard's file: Grafana's schema, as it is written in JSON, and closed where the schema is open.
//
// The schema leaves panels' options, their own field settings, queries and transformations open, since plugins say what
// these are. Here each kind of panel that we use has the types of its plugin.

import type {
  Dashboard as AnyDashboard,
  DataQuery,
  DataSourceRef,
  FieldConfig,
  GraphFieldConfig,
  Panel as AnyPanel,
  RowPanel,
  SingleStatBaseOptions,
  TableFieldOptions,
  TableOptions,
  VariableModel,
} from '@grafana/schema';
import type { LokiDataQuery } from '@grafana/schema/dist/esm/raw/composable/loki/dataquery/x/LokiDataQuery_types.gen';
import type { Options as LogsOptions } from '@grafana/schema/dist/esm/raw/composable/logs/panelcfg/x/LogsPanelCfg_types.gen';
import type { Options as StatOptions } from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type { TempoQuery } from '@grafana/schema/dist/esm/raw/composable/tempo/dataquery/x/TempoDataQuery_types.gen';
import type { Options as TimeSeriesOptions } from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';

// Enums are their values, and everything that a plugin has a default for may be left out.
type Json<T> = T extends string
  ? string extends T ? T : `${T}`
  : T extends number
    ? number extends T ? T : `${T}` extends `${infer N extends number}` ? N : never
    : T extends boolean | null | undefined ? T
      : T extends (infer E)[] ? Json<E>[]
        : { [K in keyof T]: Json<T[K]> };
type Lenient<T> = T extends (infer E)[] ? Lenient<E>[] : T extends object ? { [K in keyof T]?: Lenient<T[K]> } : T;

// The schema has no query of Prometheus; this is what its data source reads.
interface PrometheusQuery extends DataQuery {
  expr: string;
  instant?: boolean;
  legendFormat?: string;
  format?: 'time_series' | 'table' | 'heatmap';
}
type InSource<Query, Source extends string> = Query & { datasource: { type: Source; uid: string } };
type Target =
  | InSource<Pick<PrometheusQuery, 'refId' | 'expr' | 'instant' | 'legendFormat' | 'format'>, 'prometheus'>
  | InSource<Pick<Json<TempoQuery>, 'refId' | 'query' | 'limit' | 'tableType' | 'filters'> & { queryType: 'traceql' }, 'tempo'>
  | InSource<Pick<Json<LokiDataQuery>, 'refId' | 'expr' | 'maxLines'> & { queryType: 'range' | 'instant' }, 'loki'>;

type Transformation =
  | { id: 'merge'; options: Record<string, never> }
  | { id: 'organize'; options: { excludeByName: Record<string, boolean>; renameByName: Record<string, string> } };

type Fields<Custom> = {
  defaults: Json<Omit<FieldConfig, 'custom'>> & { custom?: Lenient<Json<Custom>> };
  overrides: { matcher: { id: 'byName'; options: string }; properties: { id: 'unit'; value: string }[] }[];
};

type Panel<Kind extends string, Options, Custom> = Json<
  Pick<AnyPanel, 'description' | 'gridPos' | 'id' | 'title'>
> & {
  type: Kind;
  datasource: DataSourceRef;
  fieldConfig?: Fields<Custom>;
  options: Lenient<Json<Options>>;
  targets: Target[];
  transformations?: Transformation[];
};

type Nothing = Record<string, never>;
type Panels =
  | Panel<'stat', StatOptions & SingleStatBaseOptions, Nothing>
  | Panel<'timeseries', TimeSeriesOptions, GraphFieldConfig>
  | Panel<'table', TableOptions, TableFieldOptions>
  | Panel<'logs', LogsOptions, Nothing>
  | (Json<Omit<RowPanel, 'panels'>> & { panels: [] });

export type Dashboard = Json<Omit<AnyDashboard, 'panels' | 'templating'>> & {
  panels: Panels[];
  templating: { list: Json<VariableModel>[] };
};
