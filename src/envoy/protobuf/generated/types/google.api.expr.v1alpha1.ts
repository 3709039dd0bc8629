// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

import type * as google__protobuf$ from './google.protobuf.ts'

export interface CheckedExpr {
  readonly reference_map?: { readonly [key: string]: Reference }
  readonly type_map?: { readonly [key: string]: Type }
  readonly source_info?: SourceInfo
  readonly expr_version?: string
  readonly expr?: Expr
}

export interface Constant {
  readonly null_value?: google__protobuf$.NullValue
  readonly bool_value?: boolean
  readonly int64_value?: number | string
  readonly uint64_value?: number | string
  readonly double_value?: number
  readonly string_value?: string
  readonly bytes_value?: string
  readonly duration_value?: string
  readonly timestamp_value?: string
}

export interface Expr {
  readonly id?: number | string
  readonly const_expr?: Constant
  readonly ident_expr?: Expr_Ident
  readonly select_expr?: Expr_Select
  readonly call_expr?: Expr_Call
  readonly list_expr?: Expr_CreateList
  readonly struct_expr?: Expr_CreateStruct
  readonly comprehension_expr?: Expr_Comprehension
}

export interface Expr_Call {
  readonly target?: Expr
  readonly function?: string
  readonly args?: readonly Expr[]
}

export interface Expr_Comprehension {
  readonly iter_var?: string
  readonly iter_var2?: string
  readonly iter_range?: Expr
  readonly accu_var?: string
  readonly accu_init?: Expr
  readonly loop_condition?: Expr
  readonly loop_step?: Expr
  readonly result?: Expr
}

export interface Expr_CreateList {
  readonly elements?: readonly Expr[]
  readonly optional_indices?: readonly number[]
}

export interface Expr_CreateStruct {
  readonly message_name?: string
  readonly entries?: readonly Expr_CreateStruct_Entry[]
}

export interface Expr_CreateStruct_Entry {
  readonly id?: number | string
  readonly field_key?: string
  readonly map_key?: Expr
  readonly value?: Expr
  readonly optional_entry?: boolean
}

export interface Expr_Ident {
  readonly name?: string
}

export interface Expr_Select {
  readonly operand?: Expr
  readonly field?: string
  readonly test_only?: boolean
}

export interface Reference {
  readonly name?: string
  readonly overload_id?: readonly string[]
  readonly value?: Constant
}

export interface SourceInfo {
  readonly syntax_version?: string
  readonly location?: string
  readonly line_offsets?: readonly number[]
  readonly positions?: { readonly [key: string]: number }
  readonly macro_calls?: { readonly [key: string]: Expr }
  readonly extensions?: readonly SourceInfo_Extension[]
}

export interface SourceInfo_Extension {
  readonly id?: string
  readonly affected_components?: readonly SourceInfo_Extension_Component[]
  readonly version?: SourceInfo_Extension_Version
}

export type SourceInfo_Extension_Component =
  | 'COMPONENT_UNSPECIFIED'
  | 'COMPONENT_PARSER'
  | 'COMPONENT_TYPE_CHECKER'
  | 'COMPONENT_RUNTIME'

export interface SourceInfo_Extension_Version {
  readonly major?: number | string
  readonly minor?: number | string
}

export interface Type {
  readonly dyn?: google__protobuf$.Empty
  readonly null?: google__protobuf$.NullValue
  readonly primitive?: Type_PrimitiveType
  readonly wrapper?: Type_PrimitiveType
  readonly well_known?: Type_WellKnownType
  readonly list_type?: Type_ListType
  readonly map_type?: Type_MapType
  readonly function?: Type_FunctionType
  readonly message_type?: string
  readonly type_param?: string
  readonly type?: Type
  readonly error?: google__protobuf$.Empty
  readonly abstract_type?: Type_AbstractType
}

export interface Type_AbstractType {
  readonly name?: string
  readonly parameter_types?: readonly Type[]
}

export interface Type_FunctionType {
  readonly result_type?: Type
  readonly arg_types?: readonly Type[]
}

export interface Type_ListType {
  readonly elem_type?: Type
}

export interface Type_MapType {
  readonly key_type?: Type
  readonly value_type?: Type
}

export type Type_PrimitiveType =
  | 'PRIMITIVE_TYPE_UNSPECIFIED'
  | 'BOOL'
  | 'INT64'
  | 'UINT64'
  | 'DOUBLE'
  | 'STRING'
  | 'BYTES'

export type Type_WellKnownType =
  | 'WELL_KNOWN_TYPE_UNSPECIFIED'
  | 'ANY'
  | 'TIMESTAMP'
  | 'DURATION'
