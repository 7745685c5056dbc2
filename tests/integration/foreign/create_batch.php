<?php
// Creates and changes trouble tickets with PHP's SoapClient and prints as JSON what it made of the replies.
// Usage: php create_batch.php WSDL-URL NAME NAME CONTROL-URL

ini_set('soap.wsdl_cache_enabled', '0');
ini_set('default_socket_timeout', '20');

$client = new SoapClient($argv[1], [
    'cache_wsdl' => WSDL_CACHE_NONE,
    'features' => SOAP_SINGLE_ELEMENT_ARRAYS,
    'exceptions' => true,
    'trace' => true,
]);

function message(string $verb, array $tickets): array
{
    $id = bin2hex(random_bytes(8));
    return [
        'Header' => [
            'Verb' => $verb,
            'Noun' => 'TroubleTickets',
            'Timestamp' => gmdate('Y-m-d\TH:i:s\Z'),
            'Source' => 'php',
            'MessageID' => $id,
            'CorrelationID' => $id,
        ],
        'Payload' => ['TroubleTickets' => ['TroubleTicket' => $tickets]],
    ];
}

$sent = message('created', [
    [
        'callBack' => true,
        'comment' => 'Licht aus & Funken <überall>',
        'createdDateTime' => gmdate('Y-m-d\TH:i:s\Z'),
        'name' => $argv[2],
        'troubleCode' => 'No Power/No Light',
        'CallBacks' => [[
            'contactDetail' => 'SMS',
            'Periods' => [[
                'end' => gmdate('Y-m-d\TH:i:s\Z', time() + 7200),
                'start' => gmdate('Y-m-d\TH:i:s\Z', time() + 3600),
            ]],
        ]],
        'IncidentHazard' => [['mRID' => 'Line Down'], ['mRID' => 'Fire']],
        'UsagePoint' => ['mRID' => 'UP-0000001'],
    ],
    ['name' => $argv[3], 'troubleCode' => 'Nonsense'],
    ['name' => $argv[3], 'troubleCode' => 'Voltage Problem'],
]);
$reply = $client->CreatedTroubleTickets($sent);
$created = [
    'verb' => $reply->Header->Verb,
    'correlated' => $reply->Header->CorrelationID === $sent['Header']['MessageID'],
    'result' => $reply->Reply->Result,
    'errors' => array_map(
        fn ($error) => [$error->code, $error->level, $error->reason, $error->details],
        $reply->Reply->Error
    ),
    'tickets' => array_map(
        fn ($ticket) => ['mRID' => $ticket->mRID, 'name' => $ticket->name, 'status' => $ticket->status->value],
        $reply->Payload->TroubleTickets->TroubleTicket
    ),
];

$known = $created['tickets'][0]['mRID'];
$reply = $client->ChangedTroubleTickets(message('changed', [
    ['mRID' => $known, 'csrId' => 'csr-1', 'comment' => 'Noch immer dunkel <überall>'],
    ['mRID' => 'nobody-s', 'csrId' => 'csr-1', 'comment' => 'Wer?'],
]));
$changed = [
    'result' => $reply->Reply->Result,
    'errors' => array_map(
        fn ($error) => [$error->code, $error->level, $error->reason, $error->details],
        $reply->Reply->Error
    ),
    'tickets' => array_map(fn ($ticket) => $ticket->mRID, $reply->Payload->TroubleTickets->TroubleTicket),
];

// The next message is to fail inside the adapter.
file_get_contents("$argv[4]/faults/internal-error", false, stream_context_create(['http' => [
    'method' => 'PUT',
    'header' => 'Content-Type: application/json',
    'content' => '{"messages": 1}',
]]));
$fault = null;
try {
    $client->ChangedTroubleTickets(message('changed', [['mRID' => $known, 'csrId' => 'csr-1', 'comment' => 'Hallo?']]));
} catch (SoapFault $caught) {
    // A detail is read without its schema: a lone Error is no list.
    $said = $caught->detail->TroubleTicketsFaultMessage->Reply;
    $fault = [
        'code' => $caught->faultcode,
        'result' => $said->Result,
        'errors' => array_map(
            fn ($error) => [$error->code, $error->level, $error->reason],
            is_array($said->Error) ? $said->Error : [$said->Error]
        ),
    ];
}

echo json_encode(
    ['functions' => count($client->__getFunctions()), 'created' => $created, 'changed' => $changed, 'fault' => $fault],
    JSON_THROW_ON_ERROR
), "\n";
