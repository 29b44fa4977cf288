linkProgram pytest pytest-3
linkProgram py.test py.test-3
