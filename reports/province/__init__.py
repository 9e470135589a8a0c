"""省平台的接口约定（docs/province/openapi.yaml）：签名、取值换算、字段目录、走 HTTP 的一端。不碰数据库。"""
