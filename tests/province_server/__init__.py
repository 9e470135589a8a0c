"""参考省平台：照 docs/province/openapi.yaml 写的另一端，自己的 SQLite 文件，一个真的 HTTP 进程；会按吩咐出错。"""
