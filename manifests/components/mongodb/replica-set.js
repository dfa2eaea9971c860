// Make the server a replica set of one member and wait until it takes writes; may be repeated.
// Clients connect to it directly, so the member needs no name that is right everywhere.
try {
  db.adminCommand({ replSetGetStatus: 1 });
} catch (error) {
  if (error.codeName !== "NotYetInitialized") throw error;
  const members = [{ _id: 0, host: "127.0.0.1:27017" }];
  db.adminCommand({ replSetInitiate: { _id: "crosstrial", members } });
}
while (!db.hello().isWritablePrimary) sleep(200);
